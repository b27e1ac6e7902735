"""What people open elsewhere: CSV for spreadsheets, PDF for paper. Made of plain values, without any I/O."""
