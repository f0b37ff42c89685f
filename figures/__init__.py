"""Arrays in, Plotly figures out.  No ids, no callbacks, no input or output."""
