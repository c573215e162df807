import { Button, makeStyles, mergeClasses, tokens } from '@fluentui/react-components';
import { ArrowLeftRegular } from '@fluentui/react-icons';
import { useState } from 'react';
import { useConversation } from '../features/conversation/api/useConversation.ts';
import { ConversationPane } from '../features/conversation/components/ConversationPane.tsx';
import { CustomerPane } from '../features/customer/components/CustomerPane.tsx';
import type { About } from '../types.ts';
import type { Asked } from './Desk.tsx';

const useStyles = makeStyles({
  both: {
    height: '100%',
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr) 310px',
    gridTemplateRows: 'minmax(0, 1fr)',
    '@media (max-width: 1100px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  conversation: { minWidth: 0, minHeight: 0 },
  customer: {
    minWidth: 0,
    minHeight: 0,
    borderLeft: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground2,
    '@media (max-width: 1100px)': { display: 'none', borderLeft: 0 },
  },
  // Where there is no room beside the conversation, one of the two is on top.
  behind: { '@media (max-width: 1100px)': { display: 'none' } },
  onTop: { '@media (max-width: 1100px)': { display: 'block', overflowY: 'auto' } },
  back: { margin: '8px 8px 0', '@media (min-width: 1101px)': { display: 'none' } },
});

type Props = { id: string; about: About; asked: Asked | null; onBack(): void };

/** The middle and the right pane read the same conversation once. */
export function OpenConversation({ id, about, asked, onBack }: Props) {
  const styles = useStyles();
  const opened = useConversation(id);
  const [showsCustomer, setShowsCustomer] = useState(false);
  return (
    <div className={styles.both}>
      <div className={mergeClasses(styles.conversation, showsCustomer && styles.behind)}>
        <ConversationPane
          {...{ id, opened, about, asked, onBack }}
          onCustomer={() => setShowsCustomer(true)}
          onResolved={onBack}
        />
      </div>
      <div className={mergeClasses(styles.customer, showsCustomer && styles.onTop)}>
        <Button
          className={styles.back}
          appearance="subtle"
          icon={<ArrowLeftRegular />}
          onClick={() => setShowsCustomer(false)}
        >
          Conversation
        </Button>
        {opened.reading && <CustomerPane reading={opened.reading} onChanged={() => void opened.reread()} />}
      </div>
    </div>
  );
}
