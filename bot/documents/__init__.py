"""Files people can hold: a CV and an application letter as PDF, picture and Word document."""
