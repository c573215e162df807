import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Radio,
  RadioGroup,
  Select,
  Textarea,
} from '@fluentui/react-components';
import { type ReactNode, useEffect, useState } from 'react';
import { messageOf } from '../../../call.ts';
import { sentence } from '../../../words.ts';
import { type Colleague, colleagues } from '../api/conversation.ts';

type FrameProps = {
  title: string;
  action: string;
  ready: boolean;
  run(): Promise<unknown>;
  onClose(): void;
  children: ReactNode;
};

/** A question with one answer; it stays open, and says why, where the answer could not be carried out. */
function Frame({ title, action, ready, run, onClose, children }: FrameProps) {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState('');
  async function submit() {
    setBusy(true);
    try {
      await run();
      onClose();
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  }
  return (
    <Dialog open onOpenChange={(_, data) => !data.open && onClose()}>
      <DialogSurface aria-describedby={undefined}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready && !busy) void submit();
          }}
        >
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent style={{ display: 'grid', gap: '14px' }}>
              {children}
              <div role="alert">{failure}</div>
            </DialogContent>
            <DialogActions>
              <Button type="button" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" appearance="primary" disabledFocusable={!ready || busy}>
                {action}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}

export function ResolveDialog(props: {
  dispositions: string[];
  onResolve(disposition: string): Promise<unknown>;
  onClose(): void;
}) {
  const [chosen, setChosen] = useState('');
  return (
    <Frame
      title="What came of it?"
      action="Resolve"
      ready={chosen !== ''}
      run={() => props.onResolve(chosen)}
      onClose={props.onClose}
    >
      <RadioGroup aria-label="Disposition" value={chosen} onChange={(_, data) => setChosen(data.value)}>
        {props.dispositions.map((disposition, index) => (
          <Radio key={disposition} value={disposition} label={disposition} autoFocus={index === 0} />
        ))}
      </RadioGroup>
      The customer is told that the conversation is closed, and can write again at any time.
    </Frame>
  );
}

export function TransferDialog(props: {
  skills: string[];
  onTransfer(to: { csr?: string; skill?: string }, note: string): Promise<unknown>;
  onClose(): void;
}) {
  const [to, setTo] = useState('skill:');
  const [note, setNote] = useState('');
  const [others, setOthers] = useState<Colleague[]>([]);
  useEffect(() => {
    colleagues().then(
      ({ items }) => setOthers(items),
      () => setOthers([]),
    );
  }, []);
  const [kind, name] = [to.slice(0, to.indexOf(':')), to.slice(to.indexOf(':') + 1)];
  return (
    <Frame
      title="Hand on"
      action="Hand on"
      ready={note.trim() !== ''}
      run={() => props.onTransfer(name ? { [kind]: name } : {}, note)}
      onClose={props.onClose}
    >
      <Field label="To">
        <Select value={to} onChange={(_, data) => setTo(data.value)}>
          <option value="skill:">The line, for anybody</option>
          {props.skills.map((skill) => (
            <option key={skill} value={`skill:${skill}`}>
              The line, for {sentence(skill).toLowerCase()}
            </option>
          ))}
          {others.map(({ email, name: colleague, presence }) => (
            <option key={email} value={`csr:${email}`}>
              {colleague} ({presence})
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Note for whoever goes on" hint="Only colleagues read it." required>
        <Textarea value={note} maxLength={5_000} rows={3} onChange={(_, data) => setNote(data.value)} />
      </Field>
    </Frame>
  );
}

export function ReturnDialog(props: { onReturn(): Promise<unknown>; onClose(): void }) {
  return (
    <Frame
      title="Return to the bot?"
      action="Return to the bot"
      ready
      run={props.onReturn}
      onClose={props.onClose}
    >
      The customer is told that the automated assistant goes on. It keeps what is known and asks its open
      question again.
    </Frame>
  );
}
