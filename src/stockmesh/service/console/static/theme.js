// Dark or light is settled before anything is painted: what was chosen here before, else what the system prefers.
(() => {
  const chosen = localStorage.getItem("stockmesh.theme");
  const prefersDark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = chosen || (prefersDark ? "dark" : "light");
})();
