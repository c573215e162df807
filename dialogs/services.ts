import type { Access } from '../services/access.ts';
import type { AdjustmentService } from '../services/billing/adjustments.ts';
import type { AssistanceService } from '../services/billing/assistance.ts';
import type { BillingService } from '../services/billing.ts';
import type { CaseService } from '../services/cases.ts';
import type { ConsentService } from '../services/consents.ts';
import type { CustomersService } from '../services/customers.ts';
import type { EmergencyService } from '../services/emergencies.ts';
import type { FieldOrderService } from '../services/fieldOrders.ts';
import type { IncidentService } from '../services/incidents.ts';
import type { KnowledgeService } from '../services/knowledge.ts';
import type { OnCallService } from '../services/onCall.ts';
import type { PaymentsService } from '../services/payments.ts';
import type { PlansService } from '../services/plans.ts';
import type { Policy } from '../services/policy.ts';
import type { PremisesService } from '../services/premises.ts';
import type { ServiceOrderService } from '../services/serviceOrders.ts';
import type { VerificationService } from '../services/verification.ts';

/** The District's verbs that dialogs call. */
export type Services = {
  policy: Policy;
  knowledge: KnowledgeService;
  access: Access;
  customers: CustomersService;
  billing: BillingService;
  adjustments: AdjustmentService;
  assistance: AssistanceService;
  verification: VerificationService;
  serviceOrders: ServiceOrderService;
  payments: PaymentsService;
  plans: PlansService;
  cases: CaseService;
  emergencies: EmergencyService;
  incidents: IncidentService;
  onCall: OnCallService;
  consents: ConsentService;
  premises: Pick<PremisesService, 'search'>;
  fieldOrders: FieldOrderService;
  /** Whether somebody is at the desk now, by the office's hours. */
  officeOpen(at: Date): boolean;
  /** The District's local day. */
  today(): string;
};
