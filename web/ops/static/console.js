// A page that renews itself says so when it cannot, and stops saying so when it can again.
document.addEventListener("htmx:sendError", () => {
  const said = document.getElementById("away").content.cloneNode(true);
  document.getElementById("problem").replaceChildren(said);
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful) document.getElementById("problem").replaceChildren();
});
