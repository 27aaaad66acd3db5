"""What goes on paper: cards, files and record cards; built as content, written as HTML, printed as PDF."""
