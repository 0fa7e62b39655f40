import { h } from 'vue';
import type { FunctionalComponent, VNode } from 'vue';
import type { GroupMark, Mark } from '@shared/drawing/drawing';
import type { Paint } from '@shared/drawing/paint';

/** A paint as the style sheet of the window has it. */
function cssPaint(paint: Paint | undefined): string | undefined {
  if (paint === undefined) return undefined;
  return `var(--c-${paint.replace(/[A-Z\d]/g, (part) => `-${part.toLowerCase()}`)})`;
}

const classOf = (hover: string | undefined): string | undefined =>
  hover === undefined ? undefined : `hover-${hover}`;

interface Props {
  marks: readonly Mark[];
  /** The id of the marker of arrows, which is one for each picture of a page. */
  arrow: string;
  /** Whether every group can be chosen, also one without users. */
  choosable?: boolean;
  /** Whether nothing opens. */
  fixed?: boolean;
  /** Whether what opens is a menu. */
  menu?: boolean;
  /** The key of the figure that the tab key leads to; undefined where it leads to each of them. */
  tabStop?: string | undefined;
}

/** The marks of a drawing as elements of SVG. A group with users can be clicked, or opened with Enter and the space bar. */
export const Marks: FunctionalComponent<
  Props,
  { open: (group: GroupMark, event: MouseEvent | KeyboardEvent) => void }
> = ({ marks, arrow, choosable, fixed, menu, tabStop }, { emit }) => {
  const render = (mark: Mark, index: number): VNode => {
    if (mark.kind === 'group') return group(mark, index);
    if (mark.kind === 'text') {
      const { x, y, size, fill, bold, anchor, halo, text } = mark;
      const around = halo ? { stroke: cssPaint(halo), 'stroke-width': 3, 'paint-order': 'stroke' } : {};
      const font = { 'font-size': size, 'font-weight': bold ? 600 : undefined, 'text-anchor': anchor };
      const look = { class: classOf(mark.hover), ...font, fill: cssPaint(fill), ...around };
      return h('text', { x, y, ...look }, text);
    }
    const paint = {
      class: classOf(mark.hover),
      fill: cssPaint(mark.fill) ?? 'none',
      'fill-opacity': mark.fillOpacity,
      stroke: cssPaint(mark.stroke),
      'stroke-width': mark.strokeWidth,
      'stroke-opacity': mark.strokeOpacity,
      'stroke-dasharray': mark.dashed ? '4 3' : undefined,
    };
    switch (mark.kind) {
      case 'rect': {
        const { x, y, width, height, radius: rx } = mark;
        return h('rect', { x, y, width, height, rx, ...paint });
      }
      case 'path':
        return h('path', { d: mark.d, ...paint, 'marker-end': mark.arrow ? `url(#${arrow})` : undefined });
      case 'line': {
        const { x1, y1, x2, y2 } = mark;
        return h('line', { x1, y1, x2, y2, ...paint });
      }
      case 'circle':
        return h('circle', { cx: mark.x, cy: mark.y, r: mark.r, ...paint });
    }
  };
  const group = (mark: GroupMark, index: number): VNode => {
    const tip = mark.tip ?? mark.users?.title;
    const isMoved = mark.x !== undefined || mark.y !== undefined;
    const opens = !fixed && (mark.users !== undefined || (choosable === true && mark.name !== undefined));
    return h(
      'g',
      {
        key: mark.name ?? mark.users?.key ?? index,
        transform: isMoved ? `translate(${mark.x ?? 0} ${mark.y ?? 0})` : undefined,
        'data-testid': mark.name,
        class: [classOf(mark.hover), opens ? 'opens' : undefined],
        ...(opens
          ? {
              role: 'button',
              tabindex: tabStop === undefined || tabStop === mark.users?.key ? 0 : -1,
              'data-key': mark.users?.key,
              'aria-haspopup': menu ? 'menu' : undefined,
              onClick: (event: MouseEvent) => emit('open', mark, event),
              onKeydown: (event: KeyboardEvent) => {
                if (event.key !== 'Enter' && event.key !== ' ') return;
                event.preventDefault();
                emit('open', mark, event);
              },
            }
          : {}),
      },
      // Its title is its name, too.
      [...(tip === undefined ? [] : [h('title', tip)]), ...mark.marks.map(render)],
    );
  };
  return marks.map(render);
};
Marks.props = {
  marks: { type: Array, required: true },
  arrow: { type: String, required: true },
  choosable: Boolean,
  fixed: Boolean,
  menu: Boolean,
  tabStop: String,
};
Marks.emits = ['open'];
