"""The portal: pages rendered on the server from the same knowledge."""
