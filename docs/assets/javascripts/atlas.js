// A name for the search dialog, which the theme leaves out; screen readers announce it.
document.querySelector(".md-search[role=dialog]")?.setAttribute("aria-label", "Search");
