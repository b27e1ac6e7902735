"""A working week against the sandbox: all real but AFAS, faults switched on, counted on both sides."""
