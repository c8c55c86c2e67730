"""What a file of rows may hold and how its cells are read: columns declared once, figures, problems."""
