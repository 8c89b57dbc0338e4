import type { Body } from './body.ts';

/** Every index of a list at a path of a body, from 0 to the highest that is there, `most` of them at most. */
export function indicesBelow({ flat }: Body, path: string, most: number): number[] {
  const begin = `${path}.`;
  let highest = -1;
  for (const key of flat.keys()) {
    if (!key.startsWith(begin)) continue;
    const index = Number(/^\d{1,4}(?=\.|$)/.exec(key.slice(begin.length))?.[0] ?? Number.NaN);
    if (index < most) highest = Math.max(highest, index);
  }
  return Array.from({ length: highest + 1 }, (_, index) => index);
}
