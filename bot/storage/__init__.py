"""Tables, repositories and the unit of work; sole importer of sqlalchemy."""
