"""What the world is at a moment: columns, links, money, projects. It knows no policy and makes no decision."""
