"""One recipe, many repositories: a campaign, from where they are to where the changes go."""
