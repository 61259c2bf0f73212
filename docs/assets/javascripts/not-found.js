// The words of the address that was not found, as a question to start from.
(() => {
  const name = decodeURIComponent(location.pathname).split("/").filter(Boolean).pop() ?? "";
  const words = name.replace(/\.html?$/, "").replace(/[-_+]+/g, " ").trim();
  document.querySelector(".atlas-lost input").value = words;
})();
