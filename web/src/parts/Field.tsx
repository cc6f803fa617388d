import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

interface Frame {
  label: string;
  hint?: string | undefined;
  fault?: string | undefined;
}

interface TextFieldProps extends Frame {
  value: string;
  change: (value: string) => void;
  type?: "text" | "tel" | "time";
  inputmode?: "text" | "tel" | "numeric" | "decimal";
  autocomplete?: string;
  maxLength?: number;
  required?: boolean;
  class?: string;
}

/** One line of text with its label, hint and fault. */
export function TextField({ label, hint, fault, value, change, type = "text", ...rest }: TextFieldProps) {
  const id = useId();
  // The attributes used here are the same for all three types, which the types of JSX tell apart.
  const kind = { type } as { type: "text" };
  return (
    <Labelled id={id} label={label} hint={hint} fault={fault}>
      <input
        {...kind}
        {...rest}
        id={id}
        value={value}
        onInput={(event) => change(event.currentTarget.value)}
        {...described(id, hint, fault)}
      />
    </Labelled>
  );
}

interface SelectFieldProps extends Frame {
  value: string;
  change: (value: string) => void;
  /** Shown until something is chosen; it is no answer. */
  empty?: string;
  children: ComponentChildren;
  autocomplete?: string;
}

export function SelectField({ label, hint, fault, value, change, empty, children, autocomplete }: SelectFieldProps) {
  const id = useId();
  return (
    <Labelled id={id} label={label} hint={hint} fault={fault}>
      <select
        id={id}
        value={value}
        autocomplete={autocomplete}
        onChange={(event) => change(event.currentTarget.value)}
        {...described(id, hint, fault)}
      >
        {empty !== undefined && <option value="">{empty}</option>}
        {children}
      </select>
    </Labelled>
  );
}

function Labelled({ id, label, hint, fault, children }: Frame & { id: string; children: ComponentChildren }) {
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && (
        <p class="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      {children}
      <Fault id={`${id}-fault`} text={fault} />
    </div>
  );
}

export function Fault({ id, text }: { id?: string; text: string | undefined }) {
  return (
    <p class="fault" id={id} role="alert">
      {text}
    </p>
  );
}

function described(id: string, hint: string | undefined, fault: string | undefined) {
  const by = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ");
  return { "aria-invalid": fault ? true : undefined, "aria-describedby": by || undefined } as const;
}
