"""Which questionnaire a person is asked when. Imports the diary alone, and is pure: days are passed in."""
