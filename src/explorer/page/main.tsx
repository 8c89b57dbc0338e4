import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';
import './explorer.css';
import { createRoot } from 'react-dom/client';
import { Explorer } from './explorer.tsx';

const place = document.getElementById('explorer');
if (!place) throw new Error('index.html lacks the element with id "explorer"');
createRoot(place).render(<Explorer />);
