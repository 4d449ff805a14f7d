const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export type Html = { readonly html: string };
type Piece = string | number | Html | readonly Html[];

function render(piece: Piece): string {
  if (typeof piece === 'object') return 'html' in piece ? piece.html : piece.map(render).join('');
  return String(piece).replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Markup whose holes are escaped, except those that are markup themselves. */
export function html(strings: TemplateStringsArray, ...pieces: Piece[]): Html {
  return { html: String.raw({ raw: strings }, ...pieces.map(render)) };
}
