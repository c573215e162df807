import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Read } from './districtFile.ts';
import { ConfigurationError } from './errors.ts';
import { type Article, readKnowledge } from './knowledge/load.ts';
import { type Policy, readPolicy } from './policy.ts';
import { readSampleData, type SampleData } from './sampleData.ts';

/** All that a utility decides, as its folder has it; the sample is read in the sandbox only. */
export type DistrictFolder = { policy: Policy; articles: Article[]; sample: SampleData | null };

type Asked = {
  /** District time: what must hold on that day is looked at as well. */
  now: Date;
  /** Whether the sample accounts are wanted. */
  sample: boolean;
};

/**
 * A District's folder, whole.
 * @throws ConfigurationError `district.invalid`, which lists every problem of all its files.
 */
export async function loadDistrictFolder(districtDir: string, asked: Asked): Promise<DistrictFolder> {
  const read = await readDistrictFolder(districtDir, asked);
  if (read.ok) return read.value;
  const { problems } = read;
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  throw new ConfigurationError(
    'district.invalid',
    `The District in ${districtDir} cannot be used: ${count} (docs/district.md explains the files)`,
    problems,
  );
}

/** The same as a value: what is in the folder, or every problem. */
export async function readDistrictFolder(
  districtDir: string,
  { now, sample: isWanted }: Asked,
): Promise<Read<DistrictFolder>> {
  const names = await readdir(districtDir).catch(() => null);
  if (names === null) return { ok: false, problems: [`${districtDir}: is missing, or is no folder`] };
  if (names.length === 0)
    return { ok: false, problems: [`${districtDir}: is empty; copy the folder district into it`] };
  const [policy, articles, sample] = await Promise.all([
    readPolicy(path.join(districtDir, 'policy.yaml'), now),
    readKnowledge(districtDir),
    isWanted ? readSampleData(districtDir) : null,
  ]);
  const problems = [policy, articles, ...(sample ? [sample] : [])].flatMap((read) =>
    read.ok ? [] : read.problems,
  );
  if (policy.ok && sample?.ok)
    problems.push(
      ...foreignSamples(policy.value, sample.value).map(
        (problem) => `${path.join(districtDir, 'sample-accounts.json')}: ${problem}`,
      ),
    );
  if (problems.length > 0 || !policy.ok || !articles.ok) return { ok: false, problems };
  return {
    ok: true,
    value: { policy: policy.value, articles: articles.value, sample: sample?.ok ? sample.value : null },
  };
}

/** Sample premises that this District does not serve: of another ZIP code, or with a meter that has no price. */
function foreignSamples({ district, rates }: Policy, { accounts, vacantPremises }: SampleData): string[] {
  const named = [
    ...accounts.map((account) => ({ ...account, name: `account ${account.accountNumber}` })),
    ...vacantPremises.map((premise) => ({ ...premise, name: premise.serviceAddress })),
  ];
  return named.flatMap(({ name, zip, meterSize }) => [
    ...(district.zips.includes(zip) ? [] : [`${name}: its ZIP code ${zip} is not in district.zips`]),
    ...rates
      .filter(({ serviceCharge }) => serviceCharge[meterSize] === undefined)
      .map(
        ({ effectiveOn }) =>
          `${name}: the rate of ${effectiveOn} has no price for its meter of ${meterSize}"`,
      ),
  ]);
}
