"""The aiohttp service: composition root, public API, portal, health and metrics."""
