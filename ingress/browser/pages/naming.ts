/** An enterprise's name and its first sign, as every page shows them; empty where it has none. */
export function naming(enterpriseName: string): { name: string; initial: string } {
  const first = enterpriseName.trim().codePointAt(0);
  if (first === undefined) return { name: '', initial: '' };
  return { name: isolate(enterpriseName), initial: String.fromCodePoint(first).toUpperCase() };
}

/** A name may hold characters that turn the direction of writing: between these two it turns only itself. */
export function isolate(name: string): string {
  return `\u2068${name}\u2069`;
}
