import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Builds the desk's page into dist/, only where its sources are not those it was built from. */
const here = fileURLToPath(new URL('.', import.meta.url));
const stamp = join(here, 'dist/sources.sha256');
const sources = [
  ...readdirSync(join(here, 'src'), { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name)),
  join(here, 'index.html'),
  join(here, 'build.ts'),
  join(here, '../../package-lock.json'),
].sort();

const hash = createHash('sha256');
for (const path of sources) hash.update(path.slice(here.length)).update(readFileSync(path));
const now = hash.digest('hex');

if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  // Loaded only now: the usual start has nothing to build and should not wait for it.
  const [{ build }, { default: react }] = await Promise.all([import('vite'), import('@vitejs/plugin-react')]);
  await build({
    root: here,
    base: '/console/',
    configFile: false,
    logLevel: 'warn',
    plugins: [react()],
    build: {
      outDir: 'dist',
      emptyOutDir: true,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      chunkSizeWarningLimit: 2_000,
    },
  });
  writeFileSync(stamp, now);
}
