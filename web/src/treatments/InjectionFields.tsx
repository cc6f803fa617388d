import type { ToxinResponse } from "../generated/types.ts";
import { OneOf } from "../parts/Choices.tsx";
import { DateParts, type DraftDate } from "../parts/DateParts.tsx";
import { SelectField } from "../parts/Field.tsx";
import { useSession } from "../session.tsx";

/** Trade names, the same in every language; units of different products are not interchangeable. */
export const PRODUCTS = ["Botox", "Dysport", "Xeomin", "Myobloc", "Daxxify"] as const;
const OTHER_PRODUCT = "Other";
const UNKNOWN_PRODUCT = "?";
export const RESPONSES: readonly ToxinResponse[] = ["GOOD", "PARTIAL", "POOR", "UNKNOWN"];

export interface Injection {
  date: DraftDate;
  product: string;
  response: ToxinResponse | undefined;
}

interface InjectionFieldsProps {
  legend: string;
  hint?: string;
  fault?: string | undefined;
  value: Injection;
  change: (value: Injection) => void;
}

export function InjectionFields({ legend, hint, fault, value, change }: InjectionFieldsProps) {
  const { words } = useSession();
  return (
    <>
      <DateParts
        legend={legend}
        hint={hint}
        fault={fault}
        value={value.date}
        change={(date) => change({ ...value, date })}
        upTo="day"
      />
      <SelectField
        label={words.say("treatment.product")}
        value={value.product}
        change={(product) => change({ ...value, product })}
        empty={words.say("action.choose")}
      >
        {PRODUCTS.map((product) => (
          <option key={product} value={product}>
            {product}
          </option>
        ))}
        <option value={OTHER_PRODUCT}>{words.say("treatment.productOther")}</option>
        <option value={UNKNOWN_PRODUCT}>{words.say("treatment.productUnknown")}</option>
      </SelectField>
      <OneOf
        legend={words.say("treatment.response")}
        choices={RESPONSES.map((response) => ({ value: response, label: words.say(`response.${response}`) }))}
        value={value.response}
        choose={(response) => change({ ...value, response })}
        compact
      />
    </>
  );
}

/** The product as it is recorded; null where the person does not know it. */
export function recordedProduct(product: string): string | null {
  return product && product !== UNKNOWN_PRODUCT ? product : null;
}
