"""What consultants and editors work with: pages for staff, apart from the portal."""
