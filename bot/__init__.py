"""Tett på: a self-hosted companion for young job seekers in Norwegian employment programmes."""
