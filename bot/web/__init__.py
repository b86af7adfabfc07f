"""The console for caseworkers and coordinators."""
