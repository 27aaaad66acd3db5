"""What several screens share. Widgets know no screens and no storage."""
