/**
 * Puts the command line into few files: loading several hundred modules one by one would take most of the time of a
 * small conversion. `tsc` has compiled the library to `dist`, module by module, as those want it who build upon it; here
 * `dist/cli` is made anew from the sources, worker threads included, and what commands share is in common files.
 * Generated data stays where it is, and so do packages, but for the one every command begins with.
 */
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build, type Metafile, type Plugin } from 'esbuild';

const root = join(import.meta.dirname, '..');
const source = join(root, 'src');
const target = join(root, 'dist/cli');

/** Only the command line has these. */
const REPLACED = ['cli', 'batch', 'push', 'queue'];

/** What every conversion begins with: the parser of arguments is forty modules, that of XML five. */
const INCLUDED = ['yargs', 'yargs/helpers', 'saxes'];

/**
 * The parser of arguments measures its page of help with patterns of all of Unicode, which take a tenth of a start to
 * make. That page is ASCII: it is as wide as it is long.
 */
const measureAscii: Plugin = {
  name: 'measure-ascii',
  setup({ onLoad }) {
    onLoad({ filter: /node_modules[\\/]string-width[\\/]index\.js$/ }, () => ({
      contents: 'export default (text) => text.length;',
    }));
  },
};

/** Packages are installed beside this one; those included come with what they need themselves. */
const leavePackages: Plugin = {
  name: 'leave-packages',
  setup({ onResolve }) {
    onResolve({ filter: /^[^./#]/ }, ({ path, importer, kind }) =>
      kind === 'entry-point' || INCLUDED.includes(path) || importer.includes('node_modules')
        ? undefined
        : { path, external: true, sideEffects: false },
    );
  },
};

/** Modules of data are those of the library: they are half of the package. */
const shareData: Plugin = {
  name: 'share-data',
  setup({ onResolve }) {
    onResolve({ filter: /\.gen\.js$/ }, ({ path, resolveDir }) => ({
      path: join('..', relative(source, join(resolveDir, path))).replaceAll('\\', '/'),
      external: true,
      sideEffects: false,
    }));
  },
};

/** Where each name of the public API comes from: `checkResource as check`, from `./check/api.js`. */
function readExports(): Map<string, { clause: string; module: string }> {
  const found = new Map<string, { clause: string; module: string }>();
  const text = readFileSync(join(source, 'index.ts'), 'utf8');
  for (const [, list = '', module = ''] of text.matchAll(/^export \{([^}]*)\} from '\.\/([^']+)';/gm))
    for (const clause of list.split(',').map((item) => item.trim()))
      found.set(clause.replace(/^.* as /, ''), { clause, module });
  return found;
}

/** A small conversion needs these; what it needs of them all is one file. */
const COMMON = ['cli/convert.ts', 'check/shipped.ts'].map((file) => join(source, file));

/** Commands are written against the public API; here each import is led to the modules behind the names it uses. */
function passApi(text: string): string {
  const api = readExports();
  const importOf = (name: string): string => {
    const { clause, module } = api.get(name) ?? { clause: name, module: 'index.js' };
    return `import { ${clause} } from '../${module}';`;
  };
  return text.replace(/^import \{([^}]*)\} from '\.\.\/index\.js';/gm, (_, list: string) =>
    list
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== '' && !item.startsWith('type '))
      .map(importOf)
      .join(' '),
  );
}

/**
 * Code goes into a file for each set of entries (threads, and what is imported when it is needed) that share it: seventy
 * small ones. If each entry has what is common, that is one set and one file.
 * @param entries paths of sources
 */
function importCommon(path: string, entries: ReadonlySet<string>): string {
  if (!entries.has(path) || path === join(source, 'cli/main.ts')) return '';
  const wanted = path === COMMON[0] ? [] : COMMON.filter((common) => common !== path);
  return wanted.map((common) => `import ${JSON.stringify(common)};`).join('');
}

const rewriteSources = (entries: ReadonlySet<string>): Plugin => ({
  name: 'rewrite-sources',
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/].*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: passApi(readFileSync(path, 'utf8')) + importCommon(path, entries),
    }));
  },
});

/** @param entries those that get what is common; the result tells which there are */
async function bundle(entries: ReadonlySet<string>): Promise<Metafile> {
  const { metafile } = await build({
    entryPoints: ['cli/main.ts', 'batch/worker.ts', 'batch/request-worker.ts'].map((file) => join(source, file)),
    // One folder for all: a module finds its neighbours as it does in the sources (`new URL('./worker.js', ...)`).
    outdir: target,
    entryNames: '[name]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    conditions: ['source'],
    charset: 'utf8',
    legalComments: 'none',
    metafile: true,
    // These imports only say what belongs together.
    logOverride: { 'ignored-bare-import': 'silent' },
    write: entries.size > 0,
    plugins: [leavePackages, measureAscii, shareData, rewriteSources(entries)],
  });
  return metafile;
}

const listEntries = ({ outputs }: Metafile): ReadonlySet<string> =>
  new Set(Object.values(outputs).flatMap(({ entryPoint }) => (entryPoint ? join(process.cwd(), entryPoint) : [])));

for (const folder of REPLACED) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
const metafile = await bundle(listEntries(await bundle(new Set())));
writeFileSync(join(target, 'LICENSES.txt'), licencesOf(metafile));

/** What is copied is copied with its licence. */
function licencesOf({ inputs }: Metafile): string {
  const names = Object.keys(inputs).flatMap(
    (path) => /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.slice(0, 1) ?? [],
  );
  return [...new Set(names)]
    .sort()
    .map((folder) => {
      const name = folder.replace(/^.*node_modules\//, '');
      return `${name}\n\n${readFileSync(licenceOf(folder, name), 'utf8').trim()}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}

/** The licence in the package, else the copy of it here: not every package carries its own. */
function licenceOf(folder: string, name: string): string {
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const copy = join(import.meta.dirname, 'licences', `${name}.txt`);
  if (file !== undefined) return join(folder, file);
  if (existsSync(copy)) return copy;
  throw new Error(`${name} has no licence to be copied with it: put it into ${copy}.`);
}
