"""Looking through PDFs that others made, in a process that can do nothing else.

``tokens`` reads values, ``objects`` finds them wherever they lie in a file, ``doors`` knows what a reader
would start, ``envelope`` what lies around and between the objects. ``child`` is the process, ``look``
starts it. These modules import the standard library only, so that the child starts in milliseconds and
holds nothing.
"""
