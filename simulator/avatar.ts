import { Buffer } from 'node:buffer';

/** A picture made from the hex digits of its own address: mirrored squares on a soft ground. */
export function drawAvatar(seed: string): string {
  const bytes = Buffer.from(seed.padEnd(40, '0').slice(0, 40), 'hex');
  const hue = ((bytes[0] ?? 0) * 360) >> 8;
  let squares = '';
  for (let cell = 0; cell < 15; cell += 1) {
    if (((bytes[1 + cell] ?? 0) & 1) === 0) continue;
    const [column, row] = [cell % 3, Math.floor(cell / 3)];
    for (const x of new Set([column, 4 - column])) squares += `<path d="M${x + 1} ${row + 1}h1v1h-1z"/>`;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 7 7" width="132" height="132" shape-rendering="crispEdges"><path fill="hsl(${hue} 45% 88%)" d="M0 0h7v7H0z"/><g fill="hsl(${hue} 55% 45%)">${squares}</g></svg>`;
}
