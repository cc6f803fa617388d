import type { DoseUnit } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { TextField } from "../parts/Field.tsx";
import { useSession } from "../session.tsx";
import { OTHER_PRODUCT, recordedProduct } from "./products.ts";
import type { Draft } from "./shape.ts";

const UNITS: readonly DoseUnit[] = ["MILLIGRAMS", "MICROGRAMS", "MILLILITRES", "TABLETS"];

interface DoseFieldProps {
  draft: Draft;
  fault: string | undefined;
  change: (changed: Partial<Draft>) => void;
}

/** How much: units of the product that was chosen, or an amount a day. Without a product there are no units. */
export function DoseField({ draft, fault, change }: DoseFieldProps) {
  const { words } = useSession();
  const injection = draft.kind === "TOXIN_INJECTION";
  const product = recordedProduct(draft.product);
  if (injection && !product) return null;
  const named = product && product !== OTHER_PRODUCT ? words.known(`product.${product}`) : undefined;
  return (
    <>
      <TextField
        label={
          injection
            ? named
              ? words.say("treatment.doseOf", { product: named })
              : words.say("treatment.dose")
            : words.say("treatment.dailyDose")
        }
        hint={words.say(injection ? "treatment.doseHint" : "treatment.dailyDoseHint")}
        fault={fault}
        value={draft.dose}
        change={(dose) => change({ dose })}
        inputmode="decimal"
        maxLength={8}
        class="short"
      />
      {!injection && draft.dose.trim() && (
        <OneOf
          legend={words.say("treatment.doseUnit")}
          choices={UNITS.map((unit) => ({ value: unit, label: words.say(`unit.${unit}`) }))}
          value={draft.doseUnit}
          choose={(doseUnit) => change({ doseUnit })}
          compact
        />
      )}
    </>
  );
}
