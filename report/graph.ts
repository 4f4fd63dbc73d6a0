/**
 * The graph of the most trusted, drawn by sigma where the browser has WebGL. It is a picture beside the
 * ranking, never the only way: whoever is in it is in the ranking, and what it says of them is in the tables.
 */
import { DirectedGraph } from 'graphology';
import Sigma from 'sigma';
import type { GraphNode, GraphPart } from '../src/cli/report-data.ts';
import { table } from './chart.ts';
import { element, named, shortened, visible } from './element.ts';
import { type Marked, MarkProgram } from './marks.ts';
import { many, percent, whole } from './numbers.ts';
import { colourOf, mark, STANDINGS, standingOf } from './standing.ts';

export interface Picture {
  readonly element: HTMLElement;
  /** Draws it; to be called once it stands in the page. */
  start(): void;
  /** Marks a contributor; `alone` dims all but it and those it is tied to. */
  choose(contributor: string, alone: boolean): void;
}

const ROWS = 50;
const LEAST = 2.5;
const MOST = 15;

interface Shown extends Marked {
  readonly label: string;
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Place in the list of standings. */
  readonly standing: number;
  readonly zIndex: number;
}

export function picture(part: GraphPart, onChoose: (contributor: string) => void): Picture {
  const { nodes, edges, pairs } = part;
  const stage = element('div', {
    class: 'stage',
    tabindex: 0,
    role: 'application',
    'aria-roledescription': 'graph',
    'aria-label': `The ${whole(nodes.length)} most trusted. Arrow keys go to the nearest contributor that way, Home to the most trusted, Enter shows why, plus and minus zoom, 0 shows all.`,
  });
  const told = element('p', { class: 'told', role: 'status' });
  const frame = element('div', { class: 'frame' }, stage);
  const places = new Map(nodes.map(({ id }, k) => [id, k]));
  let sigma: Sigma | undefined;
  let chosen: string | undefined;
  /** Where the keyboard stands, and what the pointer is over. */
  let current: string | undefined;
  let near = new Set<string>();
  let alone = false;

  /** The colours of the page, which change from light to dark. */
  let colours = { ink: '', edge: '', paper: '', against: '', standings: [] as string[] };
  const look = () => {
    const style = getComputedStyle(stage);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    colours = {
      ink: colour('--ink'),
      edge: colour('--edge'),
      paper: colour('--paper'),
      against: colour('--standing-5'),
      standings: STANDINGS.map((standing) => colour(colourOf(standing))),
    };
  };

  function attend(id: string | undefined): void {
    current = id;
    const centre = current ?? (alone ? chosen : undefined);
    near = new Set(centre === undefined ? [] : [centre]);
    if (centre !== undefined) {
      const at = places.get(centre);
      for (const { source, target } of edges) {
        if (source === at) near.add(nodes[target]!.id);
        if (target === at) near.add(nodes[source]!.id);
      }
    }
    sigma?.refresh({ skipIndexation: true });
  }

  function draw(): void {
    look();
    // The places fill a square, and the stage is seldom one.
    const { width, height } = stage.getBoundingClientRect();
    const wider = Math.min(1.7, Math.max(0.8, width / height));
    // Small marks on small stages.
    const scale = Math.min(1, Math.max(0.5, width / 800));
    const graph = new DirectedGraph<Shown>();
    const highest = Math.max(...nodes.map(({ trust }) => trust));
    for (const node of nodes) {
      const standing = standingOf(node.standing);
      graph.addNode(node.id, {
        label: shortened(node.id, 20),
        x: wider * node.x,
        y: node.y,
        // The area of a mark is its trust.
        size: scale * (LEAST + (MOST - LEAST) * Math.sqrt(node.trust / highest) ** 1.6),
        standing: STANDINGS.indexOf(standing),
        shape: standing.shape,
        hollow: !node.credential,
        zIndex: node.trust,
      });
    }
    for (const { source, target, weight, against } of edges) {
      graph.mergeDirectedEdge(nodes[source]!.id, nodes[target]!.id, {
        size: 0.3 + 2 * weight,
        against,
      });
    }
    sigma = new Sigma(graph, stage, {
      nodeProgramClasses: { circle: MarkProgram },
      defaultEdgeType: 'arrow',
      zIndex: true,
      labelFont: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
      labelSize: 11,
      labelColor: { color: colours.ink },
      labelDensity: 0.35,
      labelRenderedSizeThreshold: 9,
      minCameraRatio: 0.05,
      maxCameraRatio: 3,
      stagePadding: 24,
      allowInvalidContainer: true,
      defaultDrawNodeHover: (context, data, settings) => {
        const { ink, paper } = colours;
        context.font = `${settings.labelSize}px ${settings.labelFont}`;
        context.beginPath();
        context.arc(data.x, data.y, data.size + 4, 0, 2 * Math.PI);
        context.lineWidth = 2;
        context.strokeStyle = ink;
        context.stroke();
        if (!data.label) return;
        const text = data.label;
        const width = context.measureText(text).width;
        context.fillStyle = paper;
        context.fillRect(data.x + data.size + 6, data.y - 10, width + 8, 20);
        context.lineWidth = 1;
        context.strokeRect(data.x + data.size + 6, data.y - 10, width + 8, 20);
        context.fillStyle = ink;
        context.fillText(text, data.x + data.size + 10, data.y + 4);
      },
      nodeReducer: (id, data) => {
        const attended = near.size === 0 || near.has(id);
        const colour = colours.standings[data.standing]!;
        const marked = id === chosen || id === current;
        return {
          ...data,
          color: attended ? colour : mixed(colour, colours.paper, 0.25),
          label: attended ? data.label! : null,
          highlighted: marked,
          forceLabel: marked,
          zIndex: attended ? 1 + data.zIndex : data.zIndex,
        };
      },
      edgeReducer: (edge, data) => {
        const centre = current ?? (alone ? chosen : undefined);
        const { edge: faint, ink, paper } = colours;
        const touched = centre !== undefined && graph.hasExtremity(edge, centre);
        const colour = data.against ? colours.against : touched ? mixed(ink, paper, 0.6) : faint;
        return {
          ...data,
          color: colour,
          hidden: centre !== undefined && !touched && near.size > 1,
          zIndex: touched ? 1 : 0,
        };
      },
    });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      look();
      sigma?.setSetting('labelColor', { color: colours.ink });
    });
    sigma.on('clickNode', ({ node }) => onChoose(node));
    sigma.on('clickStage', () => {
      alone = false;
      attend(undefined);
    });
    sigma.on('enterNode', ({ node }) => {
      tell(node);
      stage.style.cursor = 'pointer';
    });
    sigma.on('leaveNode', () => {
      stage.style.cursor = '';
    });
    // The wheel scrolls the page unless the graph has been gone into.
    sigma.getMouseCaptor().on('wheel', (event) => {
      if (document.activeElement === stage || (event.original as WheelEvent).ctrlKey) return;
      event.preventSigmaDefault();
    });
    stage.addEventListener('pointerdown', () => stage.focus({ preventScroll: true }));
    stage.addEventListener('keydown', onKey);
    stage.addEventListener('blur', () => attend(undefined));
  }

  function tell(id: string): void {
    const place = places.get(id);
    if (place === undefined) return;
    const { trust, standing, credential } = nodes[place]!;
    told.textContent = `${visible(id)}: rank ${place + 1}, ${percent(trust, 2)} of all trust, ${standingOf(standing).word}${credential ? ', holds a credential' : ''}`;
  }

  function onKey(event: KeyboardEvent): void {
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    const camera = sigma!.getCamera();
    const from = current ?? chosen;
    if (step !== undefined) go(from === undefined ? nodes[0]!.id : neighbour(nodes, places.get(from)!, step));
    else if (event.key === 'Home') go(nodes[0]!.id);
    else if (event.key === 'Enter' && from !== undefined) onChoose(from);
    else if (event.key === '+' || event.key === '=') void camera.animatedZoom({ duration: 100 });
    else if (event.key === '-') void camera.animatedUnzoom({ duration: 100 });
    else if (event.key === '0') void camera.animatedReset({ duration: 100 });
    else return;
    event.preventDefault();
  }

  function go(id: string): void {
    attend(id);
    tell(id);
  }

  const edgesShown =
    edges.length < pairs
      ? `${whole(edges.length)} of ${many(pairs, 'pair')} among them are drawn: the largest that each received.`
      : `${many(pairs, 'pair')} among them.`;
  const made = element(
    'section',
    { class: 'card', 'aria-labelledby': 'graph-title' },
    element(
      'div',
      { class: 'head' },
      element('h2', { id: 'graph-title' }, `The ${whole(nodes.length)} most trusted`),
      key(nodes),
    ),
    frame,
    told,
    element(
      'p',
      { class: 'faint drawn' },
      `The larger a mark, the more trust; an arrow goes from who endorses to who is endorsed. ${edgesShown}`,
    ),
  );
  return {
    element: made,
    start() {
      try {
        draw();
      } catch {
        // Without WebGL sigma cannot even be made.
        sigma = undefined;
        told.remove();
        made.classList.add('undrawn');
        frame.replaceChildren(
          element(
            'p',
            { class: 'notice' },
            'This browser has no WebGL, so the graph is not drawn. The ranking holds the same contributors, and the explanation of each who endorses it. The largest shares that one has from another:',
          ),
          strongest(part),
        );
      }
    },
    choose(contributor, withTies) {
      chosen = places.has(contributor) ? contributor : undefined;
      alone = withTies;
      attend(undefined);
      if (chosen !== undefined) tell(chosen);
    },
  };
}

/** The nearest node that way, within 45 degrees of it; the same one where there is none. */
function neighbour(nodes: readonly GraphNode[], from: number, [dx, dy]: readonly number[]): string {
  const { x, y, id } = nodes[from]!;
  let best = id;
  let least = Number.POSITIVE_INFINITY;
  for (const node of nodes) {
    const along = (node.x - x) * dx! + (node.y - y) * dy!;
    const aside = Math.abs((node.x - x) * dy!) + Math.abs((node.y - y) * dx!);
    const distance = along + 2 * aside;
    if (along <= 0 || aside > along || distance >= least) continue;
    best = node.id;
    least = distance;
  }
  return best;
}

/** What the arrows say, for those who cannot see them. */
function strongest({ nodes, edges }: GraphPart): HTMLElement {
  const rows = edges
    .filter(({ against }) => !against)
    .toSorted((one, other) => other.weight - one.weight)
    .slice(0, ROWS)
    .map(({ source, target, weight }) => [
      named(nodes[target]!.id),
      named(nodes[source]!.id),
      percent(weight),
    ]);
  return element(
    'div',
    { class: 'scroll' },
    table('Largest shares', ['Of the mass of', 'from', 'comes'], rows),
  );
}

/** What the marks mean: those that occur. */
function key(nodes: readonly GraphNode[]): HTMLElement {
  const words = new Set(nodes.map(({ standing }) => standingOf(standing).word));
  const items = STANDINGS.filter(({ word }) => words.has(word)).map(({ from, word }) =>
    element('li', {}, mark(from), ` ${word}`),
  );
  if (nodes.some(({ credential }) => !credential))
    items.push(element('li', {}, mark(1, false), ' hollow: no credential'));
  return element('ul', { class: 'legend drawn' }, ...items);
}

/** A colour `part` of the way from another, both as #rrggbb. */
function mixed(colour: string, ground: string, part: number): string {
  // A style sheet may have been shortened to #rgb.
  const whole = (text: string) => (text.length === 4 ? text.replace(/[^#]/g, '$&$&') : text);
  const channel = (text: string, k: number) => Number.parseInt(whole(text).slice(1 + 2 * k, 3 + 2 * k), 16);
  const mix = [0, 1, 2].map((k) => Math.round(part * channel(colour, k) + (1 - part) * channel(ground, k)));
  return `#${mix.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
