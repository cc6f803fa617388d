import { SelectField } from "../parts/Field.tsx";
import type { Item } from "../parts/Rating.tsx";
import { useSession } from "../session.tsx";

interface MeasureChoiceProps {
  measures: readonly Item[];
  measure: Item;
  choose: (id: string) => void;
}

export function MeasureChoice({ measures, measure, choose }: MeasureChoiceProps) {
  const { words } = useSession();
  return (
    <SelectField label={words.say("trend.measure")} value={measure.id} change={choose}>
      {measures.map(({ id, label }) => (
        <option key={id} value={id}>
          {label}
        </option>
      ))}
    </SelectField>
  );
}
