/** Dark or light: as the system has it until the user chooses. */
const dark = matchMedia("(prefers-color-scheme: dark)");
let chosen: "dark" | "light" | undefined;

const now = (): "dark" | "light" => chosen ?? (dark.matches ? "dark" : "light");

/** Applies the theme, and again whenever it changes. */
export function startTheme(changed: () => void): void {
  const apply = () => {
    document.documentElement.dataset["theme"] = now();
    changed();
  };
  dark.addEventListener("change", apply);
  apply();
}

/** Changes to the other theme, for as long as the page is open. */
export function toggleTheme(): void {
  chosen = now() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = chosen;
}
