"""What people take out of the registry: the visit sheet, as PDF. May import what lies below the chatbot."""
