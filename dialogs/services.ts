import type { AdjustmentService } from '../services/billing/adjustments.ts';
import type { AssistanceService } from '../services/billing/assistance.ts';
import type { BillingService } from '../services/billing.ts';
import type { FieldOrderService } from '../services/fieldOrders.ts';
import type { KnowledgeService } from '../services/knowledge.ts';
import type { Policy } from '../services/policy.ts';
import type { PremisesService } from '../services/premises.ts';
import type { ServiceOrderService } from '../services/serviceOrders.ts';
import type { VerificationService } from '../services/verification.ts';

/** The District's verbs that dialogs call. */
export type Services = {
  policy: Policy;
  knowledge: KnowledgeService;
  billing: BillingService;
  adjustments: AdjustmentService;
  assistance: AssistanceService;
  verification: VerificationService;
  serviceOrders: ServiceOrderService;
  premises: PremisesService;
  fieldOrders: FieldOrderService;
  /** Whether somebody is at the desk now, by the office's hours. */
  officeOpen(at: Date): boolean;
  /** The District's local day. */
  today(): string;
};
