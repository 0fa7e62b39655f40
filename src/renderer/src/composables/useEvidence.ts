import { computed, ref } from 'vue';
import type { ComputedRef, Ref, ShallowRef } from 'vue';
import type { EventRecord, UserDetail } from '@shared/users';

export interface Evidence {
  /** The event that is highlighted, by its place in the sequence. */
  active: Ref<number | null>;
  /** The behaviours it stands for. */
  highlighted: ComputedRef<Set<number>>;
  /** Highlights an event, or ends that when it is highlighted already. */
  choose: (ordinal: number) => EventRecord | null;
  /** The event that a behaviour is evidence of. */
  eventOf: (behaviourId: number) => EventRecord | null;
  clear: () => void;
}

/** Ties the events of a user to their evidence, both ways. */
export function useEvidence(detail: ShallowRef<UserDetail | null>): Evidence {
  const active = ref<number | null>(null);
  const byOrdinal = computed(() => new Map(detail.value?.events.map((event) => [event.ordinal, event])));
  const byBehaviour = computed(() => {
    const map = new Map<number, EventRecord>();
    for (const event of detail.value?.events ?? []) for (const id of event.evidence) map.set(id, event);
    return map;
  });
  const highlighted = computed(
    () => new Set(active.value === null ? [] : byOrdinal.value.get(active.value)?.evidence),
  );

  function choose(ordinal: number): EventRecord | null {
    active.value = active.value === ordinal ? null : ordinal;
    return active.value === null ? null : (byOrdinal.value.get(ordinal) ?? null);
  }

  return {
    active,
    highlighted,
    choose,
    eventOf: (behaviourId) => byBehaviour.value.get(behaviourId) ?? null,
    clear: () => {
      active.value = null;
    },
  };
}
