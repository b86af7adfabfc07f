"""Tests of content packs: every template in every language, and broken packs by the dozen."""
