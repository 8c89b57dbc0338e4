import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeOnce } from '../../src/private-mysql/make-once.ts';
import { readPart } from './read-part.ts';

// A process that makes a folder in two steps with a pause between, and counts the makings in a file.
const [folder = '', counter = '', pause = '0'] = process.argv.slice(2);
await makeOnce(folder, {
  read: readPart,
  fill: async ({ result }) => {
    await appendFile(counter, '.');
    await mkdir(result);
    await writeFile(join(result, 'first'), 'one');
    console.log('half');
    await sleep(Number(pause));
    await writeFile(join(result, 'second'), 'two');
  },
  onWait: () => console.log('waiting'),
});
console.log('done');
