type Theme = "dark" | "light";

/** Dark or light: as the system has it until the user, or a link, chooses. */
const prefersDark = matchMedia("(prefers-color-scheme: dark)");
let chosen: Theme | undefined;

const currentTheme = (): Theme => chosen ?? (prefersDark.matches ? "dark" : "light");

/** Applies the theme, and again whenever it changes. */
export function startTheme(themeChanged: () => void): void {
  const applyTheme = () => {
    document.documentElement.dataset["theme"] = currentTheme();
    themeChanged();
  };
  prefersDark.addEventListener("change", applyTheme);
  applyTheme();
}

/** Returns the theme that was chosen; undefined for the system's. */
export const chosenTheme = (): Theme | undefined => chosen;

/** Changes to a theme, for as long as the page is open; links hold it. */
export function chooseTheme(theme: Theme): void {
  chosen = theme;
  document.documentElement.dataset["theme"] = theme;
}

/** Changes to the other theme. */
export function toggleTheme(): void {
  chooseTheme(currentTheme() === "dark" ? "light" : "dark");
}
