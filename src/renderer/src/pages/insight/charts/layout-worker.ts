import { layOut } from '@shared/drawing/layout';
import type { GraphToLayOut } from '@shared/drawing/graph-plan';

/** Lays graphs out beside the window: a large one takes as long as several frames. */
self.onmessage = ({ data }: MessageEvent<{ id: number; graph: GraphToLayOut }>) => {
  self.postMessage({ id: data.id, laidOut: layOut(data.graph) });
};
