/** Light or dark: as the system has it, until the reader says otherwise. */

/** Follows the system; the button changes over. `themechange` tells those who draw. */
export function followTheme(button: HTMLElement): void {
  const dark = matchMedia('(prefers-color-scheme: dark)');
  let chosen: boolean | undefined;

  function apply(): void {
    const on = chosen ?? dark.matches;
    document.documentElement.dataset.theme = on ? 'dark' : 'light';
    button.textContent = on ? 'Light' : 'Dark';
    button.setAttribute('aria-label', on ? 'Switch to light colours' : 'Switch to dark colours');
    document.dispatchEvent(new Event('themechange'));
  }

  dark.addEventListener('change', apply);
  button.addEventListener('click', () => {
    chosen = !(chosen ?? dark.matches);
    apply();
  });
  apply();
}
