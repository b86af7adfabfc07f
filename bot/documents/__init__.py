"""Files people can hold: CV, application letter, budget, progress and certificate, made from records."""
