"""Files in and out: registers, reports."""
