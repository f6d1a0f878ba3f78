"""Brands, products, relationships, documents, revisions."""
