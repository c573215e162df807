import { readFileSync } from 'node:fs';

it('denies the one install script that fails on a strict npm', () => {
  const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(manifest.allowScripts['botbuilder-dialogs']).toBe(false);
});
