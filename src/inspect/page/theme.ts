/** Dark or light: as the system has it until the user chooses. */
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let chosenTheme: "dark" | "light" | undefined;

const currentTheme = (): "dark" | "light" => chosenTheme ?? (prefersDark.matches ? "dark" : "light");

/** Applies the theme, and again whenever it changes. */
export function startTheme(themeChanged: () => void): void {
  const applyTheme = () => {
    document.documentElement.dataset["theme"] = currentTheme();
    themeChanged();
  };
  prefersDark.addEventListener("change", applyTheme);
  applyTheme();
}

/** Changes to the other theme, for as long as the page is open. */
export function toggleTheme(): void {
  chosenTheme = currentTheme() === "dark" ? "light" : "dark";
  document.documentElement.dataset["theme"] = chosenTheme;
}
