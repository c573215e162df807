import { AuditEntryModel } from '../../models/auditEntry.ts';
import { DistrictClockModel } from '../../models/districtClock.ts';
import { PaymentModel } from '../../models/payment.ts';
import { PaymentLinkModel } from '../../models/paymentLink.ts';
import { SettingModel } from '../../models/setting.ts';
import { createDistrictClock } from '../../services/clock.ts';
import { createDistrictRecords } from '../../services/districtRecords.ts';
import type { PaymentDeps } from '../../services/payments/deps.ts';
import { createLinks, type LinkRequest } from '../../services/payments/links.ts';
import { loadPolicy } from '../../services/policy.ts';
import { createSecrets, loadSecretKey } from '../../services/secrets.ts';

/** Makes payment links of an app that runs in this process, as its dialogs do; answers their addresses. */
export async function payLinks(publicUrl: string, districtDir = 'district') {
  const policy = await loadPolicy(districtDir);
  const clock = createDistrictClock({ store: DistrictClockModel, timeZone: policy.district.timeZone });
  const links = createLinks({
    records: createDistrictRecords(),
    links: PaymentLinkModel,
    payments: PaymentModel,
    processor: {},
    languageOf: async () => null,
    audit: AuditEntryModel,
    secrets: createSecrets(await loadSecretKey({ sandbox: true, store: SettingModel })),
    clock,
    policy,
    publicUrl: () => publicUrl,
  } as unknown as PaymentDeps);
  let count = 0;
  return async (
    accountId: string,
    change: Partial<LinkRequest> = {},
    purpose: 'pay' | 'autopay' = 'pay',
  ): Promise<string> => {
    await clock.refresh();
    const request = { requestId: `pay-page-${++count}`, accountId, verified: true, ...change };
    const made = await links.make(request, purpose);
    if (!made.ok) throw new Error(made.reason);
    return made.url;
  };
}
